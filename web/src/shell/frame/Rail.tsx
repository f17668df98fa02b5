import { Link, useParams } from "@tanstack/react-router";
import { useSession } from "../session";
import { useWelfare } from "../welfare/welfare";
import { several } from "../words";
import { placesFor, reviews } from "./places";

/** For counsellors: talks that nobody has answered yet. */
function TalksWaiting() {
  const waiting = useWelfare().line?.talks_waiting ?? 0;
  if (waiting === 0) return null;
  return <span className="waiting amber">{several(waiting, "talk")}</span>;
}

/** The left rail: only what this officer may enter. */
export function Rail() {
  const { officer } = useSession();
  const { caseId } = useParams({ strict: false });
  return (
    <nav className="rail" aria-label="Rooms">
      <Link to="/" className="mark" aria-label="Trawl, to the reception">
        Trawl
      </Link>
      {placesFor(officer.roles).map((place) => (
        <div key={place.to}>
          <Link to={place.to} activeOptions={{ exact: place.to === "/" }} className="room">
            {place.name}
            {place.to === "/welfare" && <TalksWaiting />}
          </Link>
          {place.to === "/cases" && caseId !== undefined && reviews(officer.roles) && (
            <Link to="/cases/$caseId/review" params={{ caseId }} className="room inner">
              Review
            </Link>
          )}
        </div>
      ))}
    </nav>
  );
}
