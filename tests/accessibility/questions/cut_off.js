// Whatever hides a part of its own text.
() => {
  const hides = (one, way) => ["hidden", "clip"].includes(getComputedStyle(one)[way]);
  return [...document.body.querySelectorAll("*")]
    .filter((one) => one.checkVisibility() && one.innerText?.trim())
    .filter((one) => !one.closest("svg, .hidden, .aside-trap, iframe, textarea, select"))
    .filter(
      (one) =>
        (hides(one, "overflowX") && one.scrollWidth > one.clientWidth + 1) ||
        (hides(one, "overflowY") && one.scrollHeight > one.clientHeight + 1),
    )
    .map((one) => one.outerHTML.slice(0, 90));
};
