// New letters appear by themselves while somebody looks: the page asks for itself every two
// seconds. Only what is new is put in and only what is gone is taken away, so no link loses focus.
const pile = document.getElementById("briefe");
const said = document.getElementById("neues");
let state = pile.dataset.stand;

async function look() {
  const answer = await fetch(location.pathname, { cache: "no-store", headers: { "If-None-Match": `"${state}"` } });
  if (answer.status !== 200) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const theirs = page.getElementById("briefe");
  for (const letter of [...pile.children]) if (!page.getElementById(letter.id)) letter.remove();
  const fresh = [...theirs.children].filter((letter) => !document.getElementById(letter.id));
  pile.prepend(...fresh);
  state = theirs.dataset.stand;
  document.getElementById("leer").hidden = pile.children.length > 0;
  if (fresh.length) said.textContent = fresh.length > 1 ? `${fresh.length} neue Briefe` : `Ein neuer Brief: ${fresh[0].querySelector("h2").textContent}`;
}

async function keepLooking() {
  // A server that is just being started again is asked once more later.
  if (!document.hidden) await look().catch(() => {});
  setTimeout(keepLooking, 2000);
}

document.getElementById("neu-laden").hidden = true;
setTimeout(keepLooking, 2000);
