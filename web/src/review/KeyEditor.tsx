import { useState } from "react";
import { useKeys } from "../shell/keys";
import {
  type Action,
  ACTIONS,
  keepRemapped,
  keyOf,
  keyWords,
  refusalOf,
  type Remapped,
} from "./keys";
import { useReview } from "./review";

/** The keys of the room, and how to give an action another one. Kept in this browser. */
export function KeyEditor(props: { close: () => void }) {
  const { remapped, setRemapped } = useReview();
  const [asking, setAsking] = useState<Action | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const shut = { says: "close", press: props.close, whileTyping: true };
  useKeys("Keys", { Escape: shut }, { level: 3, active: asking === null });
  const keep = (next: Remapped) => {
    setRemapped(next);
    keepRemapped(next);
  };
  const take = (event: React.KeyboardEvent) => {
    if (asking === null || event.key === "Tab" || event.key === "Shift") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key !== "Escape" || asking === "close") {
      const why = refusalOf(asking, event.key, remapped);
      setRefusal(why);
      if (why === null) keep({ ...remapped, [asking]: event.key });
    }
    setAsking(null);
  };
  return (
    <div className="sheet keys-sheet" role="dialog" aria-modal="true" aria-labelledby="keys-title">
      <header className="sheet-head">
        <h2 id="keys-title">Keys of the review room</h2>
        <button type="button" className="plain" onClick={() => keep({})}>
          as delivered
        </button>
        <button type="button" className="plain" autoFocus onClick={props.close}>
          Close <kbd>Esc</kbd>
        </button>
      </header>
      <p className="quiet">
        Digits grade and stay with the scheme; <kbd>b</kbd> blanks, <kbd>?</kbd> lists every key.
        Choose a key below, then press the one you want.
      </p>
      {refusal !== null && <p role="alert">{refusal}</p>}
      <ul className="key-list">
        {(Object.keys(ACTIONS) as Action[]).map((action) => (
          <li key={action}>
            <button
              type="button"
              className="key-button"
              aria-label={`${keyWords(keyOf(action, remapped))}: key for ${ACTIONS[action].says}`}
              onClick={() => setAsking(action)}
              onKeyDown={take}
            >
              {asking === action ? "press a key" : keyWords(keyOf(action, remapped))}
            </button>
            <span>{ACTIONS[action].says}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
