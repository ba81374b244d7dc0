// A finished run is counted once. Who comes back here with the browser's own button must find an
// address that says so, as the links of the result do; without this such a run counts again.
document.querySelector('form[action="/quiz/fertig"]').addEventListener("submit", () => {
  const address = new URL(location);
  address.searchParams.append("gezaehlt", "1"); // a question may be called so: its answer stays
  history.replaceState(null, "", address);
});
