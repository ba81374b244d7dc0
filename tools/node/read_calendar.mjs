// Reads calendars with ical.js, Thunderbird's engine. Each line of standard input is a question
// {"calendar": "BEGIN:VCALENDAR…", "zones": ["Europe/Berlin", …]}; a line of standard output
// answers it with one reading for each zone that this machine could stand in.

import { createInterface } from "node:readline";
import ICAL from "ical.js";

function reading(calendar, zone) {
  process.env.TZ = zone;
  const whole = ICAL.Component.fromString(calendar);
  const event = whole.getFirstSubcomponent("vevent");
  const text = (name) => event.getFirstPropertyValue(name) ?? "";
  const instant = (name) => text(name).toJSDate().toISOString();
  const person = (property) => [property.getFirstValue(), property.getParameter("cn") ?? ""];
  const start = text("dtstart").toJSDate();
  return {
    method: whole.getFirstPropertyValue("method"),
    uid: text("uid"),
    sequence: text("sequence"),
    status: text("status"),
    stamp: instant("dtstamp"),
    start: instant("dtstart"),
    end: instant("dtend"),
    summary: text("summary"),
    description: text("description"),
    location: text("location"),
    url: text("url"),
    conference: text("conference"),
    organizer: person(event.getFirstProperty("organizer")),
    attendees: event.getAllProperties("attendee").map(person),
    // What this machine's own clock shows when it begins: proof that it stands in that zone.
    wall: [
      start.getFullYear(), start.getMonth() + 1, start.getDate(),
      start.getHours(), start.getMinutes(),
    ],
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { calendar, zones } = JSON.parse(line);
  let answer;
  try {
    answer = { readings: zones.map((zone) => reading(calendar, zone)) };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
