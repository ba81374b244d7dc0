// Gives the text another style, by script, as browsers' extensions do: pages forbid style elements.
(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
};
