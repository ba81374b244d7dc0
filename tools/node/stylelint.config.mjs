// How style sheets are judged: for what is wrong, not for how it is laid out.

export default {
  extends: "stylelint-config-recommended",
  reportNeedlessDisables: true,
  reportDescriptionlessDisables: true,
  rules: {
    // It compares selectors that never meet, such as those of a map's parts with those of a plan's.
    "no-descending-specificity": null,
    "declaration-no-important": true,
    "selector-max-id": 0,
  },
};
