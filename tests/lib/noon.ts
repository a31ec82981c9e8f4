// Pictures of a report are shown by day alone: the organisation moves to where
// it is noon, or a little after, whatever hour the test runs at.
import type { Server } from "./server";
import { sql } from "./trouble";

export async function atNoon(server: Server): Promise<void> {
  const east = 12 - new Date().getUTCHours(); // -11 … 12
  const zone = `Etc/GMT${east > 0 ? "-" : "+"}${Math.abs(east)}`; // its signs are the other way round
  await server.stop();
  sql(server, `UPDATE organisation SET time_zone = '${zone}'`);
  await server.start();
}
