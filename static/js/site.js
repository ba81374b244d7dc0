// Two comforts; every page works without them.

// A form that came back: take the reader to what has to be looked at again.
document.getElementById("fehler")?.focus();

// Free times: where the reader's clock shows another time, show that as well, as the server does
// once a zone is chosen, and let the zone travel along to the form and into the letters.
const zone = document.querySelector("select[name=zone]");
const reported = Intl.DateTimeFormat().resolvedOptions().timeZone;
// What Firefox and Tor tell who hide where they are. Whoever does live there can choose it.
const own = ["UTC", "Atlantic/Reykjavik"].includes(reported) ? "" : reported;
const times = document.querySelectorAll(".times time");
if (zone && own && !zone.value) {
  // Made once: a calendar of free times would wait for a hundred of them.
  const format = (parts) => new Intl.DateTimeFormat("de-DE", { timeZone: own, ...parts });
  const clocks = format({ hour: "2-digit", minute: "2-digit" });
  const days = format({ weekday: "long", day: "numeric", month: "long" });
  const dates = format({ day: "numeric" });
  for (const time of times) {
    const date = new Date(time.dateTime);
    const clock = clocks.format(date);
    if (time.dateTime.slice(11, 16) === clock) continue;
    const isOtherDay = parseInt(dates.format(date), 10) !== Number(time.dateTime.slice(8, 10));
    const yours = document.createElement("small");
    yours.textContent = `${clock} Uhr bei dir${isOtherDay ? `, ${days.format(date)}` : ""}`;
    const link = time.closest("a");
    link.append(yours);
    const address = new URL(link.href);
    address.searchParams.set("zone", own);
    link.href = address;
    if (![...zone.options].some((option) => option.value === own)) zone.add(new Option(own.split("/").pop().replaceAll("_", " "), own));
    zone.value = own;
  }
}
