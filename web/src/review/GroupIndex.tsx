import { count } from "../shell/words";
import { useReview, useWatched } from "./review";

/** The groups of a timeline or of cameras at the left of the tiles: how many, and the way there. */
export function GroupIndex() {
  const { room } = useReview();
  const state = useWatched(room.state);
  if (state.sections.length < 2) return null;
  const most = Math.max(...state.sections.map((section) => section.count));
  let at = 0;
  const rows = state.sections.map((section) => {
    const first = at;
    at += section.count;
    return { ...section, first };
  });
  return (
    <nav className="group-index" aria-label="Groups">
      <ol>
        {rows.map((row) => {
          const here = state.cursor >= row.first && state.cursor < row.first + row.count;
          return (
            <li key={row.first}>
              <button
                type="button"
                aria-current={here}
                onClick={() => room.moveTo(row.first)}
                title={row.label}
              >
                <span className="group-label">{row.label}</span>
                <span className="quiet">{count(row.count)}</span>
                <span className="group-bar" style={{ width: `${(row.count / most) * 100}%` }} />
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
