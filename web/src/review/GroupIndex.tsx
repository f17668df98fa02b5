import { useEffect, useRef } from "react";
import { count } from "../shell/words";
import { lastAtMost, type Section } from "./layout";
import { usePart, useReview } from "./review";

/** The groups of a timeline or of cameras at the left of the tiles: how many, and the way there. */
export function GroupIndex() {
  const { room } = useReview();
  const sections = usePart(room.state, "sections");
  const cursor = usePart(room.state, "cursor");
  const current = useRef<HTMLButtonElement>(null);
  const here = lastAtMost(startsOf(sections), cursor, sections.length);
  useEffect(() => {
    current.current?.scrollIntoView({ block: "nearest" }); // answers with a promise, which is no way back
  }, [here]);
  if (sections.length < 2) return null;
  const most = Math.max(...sections.map((section) => section.count));
  const starts = startsOf(sections);
  return (
    <nav className="group-index" aria-label="Groups">
      <ol>
        {sections.map((section, i) => (
          <li key={starts[i]}>
            <button
              type="button"
              ref={i === here ? current : null}
              aria-current={i === here}
              onClick={() => room.moveTo(starts[i]!)}
              title={section.label}
            >
              <span className="group-label">{section.label}</span>
              <span className="quiet">{count(section.count)}</span>
              <span className="group-bar" style={{ width: `${(section.count / most) * 100}%` }} />
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** The first position of each section. */
function startsOf(sections: readonly Section[]): number[] {
  let at = 0;
  return sections.map(({ count: size }) => {
    at += size;
    return at - size;
  });
}
