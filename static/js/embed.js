// For other sites: puts the quiz or free times where a link to them stands. The link stays where
// the frame does not come: without this script, or where the site is not in site.embed_on.
{
  const { origin } = new URL(document.currentScript.src);
  for (const link of document.querySelectorAll("a[data-stadtfuehrer]")) {
    const frame = document.createElement("iframe");
    frame.title = link.textContent.trim();
    frame.style.cssText = "display: block; width: 100%; height: 0; border: 0";
    let shown = false;
    frame.addEventListener("load", () => {
      frame.contentWindow.postMessage("stadtfuehrer", origin);
      // The next page begins at its top, not where the last one was left.
      if (shown && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
    });
    addEventListener("message", (event) => {
      if (event.origin !== origin || event.source !== frame.contentWindow) return;
      const height = Number(event.data?.stadtfuehrer);
      if (!(height > 0)) return;
      frame.style.height = `${height}px`;
      link.style.display = "none";
      shown = true;
    });
    frame.src = link.href;
    link.after(frame);
  }
}
