// A finished run is counted once. Who comes back here with the browser's own button must find an
// address that says so, as the links of the result do; without this such a run counts again.
document.querySelector('form[action="/quiz/fertig"]').addEventListener("submit", () => {
  const address = new URL(location);
  address.searchParams.set("gezaehlt", "1");
  history.replaceState(null, "", address);
});
