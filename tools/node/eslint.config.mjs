// How JavaScript is judged: what runs in the browser, and what the tests run in Node.js.

import js from "@eslint/js";
import globals from "globals";

const STRICTER = {
  eqeqeq: "error",
  "no-var": "error",
  "prefer-const": "error",
  "no-shadow": "error",
  "no-implied-eval": "error",
  "no-restricted-syntax": [
    "error",
    ...[
      "AssignmentExpression > MemberExpression.left[property.name=/^(inner|outer)HTML$/]",
      "CallExpression > MemberExpression.callee[property.name='insertAdjacentHTML']",
    ].map((selector) => ({
      selector,
      message: "Text goes in as text, so that nobody's words become markup.",
    })),
  ],
};

export default [
  js.configs.recommended,
  { rules: STRICTER, linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["static/js/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "script", globals: globals.browser },
  },
  {
    // Each is one function, asked by tests/accessibility/looks.py.
    files: ["tests/accessibility/questions/*.js"],
    languageOptions: {
      ecmaVersion: 2022,
      sourceType: "script",
      globals: { ...globals.browser, axe: "readonly" },
    },
  },
  { files: ["tools/**/*.mjs"], languageOptions: { globals: globals.node } },
];
