import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { useSession } from "../shell/session";
import { Answer } from "../shell/states";
import { bytes, count, moment, percent } from "../shell/words";
import { factRows } from "./factWords";
import { useReview, useWatched } from "./review";
import type { Hit, Mark, MarkKind, MediaDetails } from "./shapes";
import { runningTime } from "./tileWords";

/** A cursor that only passes does not ask for details. */
const PAUSE_MS = 150;

function useRested(id: number | undefined): number | undefined {
  const [rested, setRested] = useState(id);
  useEffect(() => {
    const timer = setTimeout(() => setRested(id), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [id]);
  return rested;
}

/** All that is known of the media under the cursor, in words; no picture. */
export function Details() {
  const { room } = useReview();
  const state = useWatched(room.state);
  const id = useRested(room.row(state.cursor)?.id);
  return (
    <aside className="details" aria-label="Details" tabIndex={0}>
      {id === undefined ? (
        <p className="quiet">Nothing is under the cursor.</p>
      ) : (
        <OfMedia key={id} id={id} />
      )}
    </aside>
  );
}

function OfMedia({ id }: { id: number }) {
  const { calls } = useReview();
  const asked = useQuery({
    queryKey: ["media", calls.caseId, id, "details"],
    queryFn: () => calls.details(id),
  });
  return (
    <Answer asked={asked} what="the details">
      {(media) => (
        <>
          <Standing media={media} />
          <Segments media={media} />
          <Marks id={id} kind="notes" title="Notes" />
          <Marks id={id} kind="tags" title="Tags" />
          <Marks id={id} kind="clues" title="Clues" />
          <Hits hits={media.hits} />
          <Places places={media.places} />
          <Part title="Facts">
            <Rows
              rows={[
                ["Type", media.mime],
                ["File size", bytes(media.size)],
                ...factRows(media.facts),
              ]}
            />
          </Part>
          <Part title="Digests">
            <Rows
              mono
              rows={[
                ["SHA-256", media.sha256],
                ["SHA-1", media.sha1],
                ["MD5", media.md5],
                ...(media.pdq === null ? [] : [["PDQ", media.pdq] as [string, string]]),
              ]}
            />
            {media.quality !== null && (
              <p className="quiet">Quality of the fingerprint {media.quality} of 100</p>
            )}
          </Part>
          <Findings media={media} />
        </>
      )}
    </Answer>
  );
}

function Part(props: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}

function Rows(props: { rows: readonly (readonly [string, string])[]; mono?: boolean }) {
  return (
    <dl>
      {props.rows.map(([label, value]) => (
        <div key={label} style={{ display: "contents" }}>
          <dt>{label}</dt>
          <dd className={props.mono ? "mono" : undefined}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Standing({ media }: { media: MediaDetails }) {
  const { labels } = useReview();
  const words = media.mine
    ? `Graded ${labels(media.category)} by you`
    : media.state === "trusted"
      ? `Trusted: ${labels(media.category)}`
      : media.state.replace("-", " ");
  return (
    <Part title="State">
      <p>{words}</p>
      {media.undecoded && <p className="quiet">Its bytes could not be decoded.</p>}
    </Part>
  );
}

function Segments({ media }: { media: MediaDetails }) {
  const { labels } = useReview();
  if (media.segments.length === 0) return null;
  return (
    <Part title="Segments graded by you">
      <ul>
        {media.segments.map((one) => (
          <li key={`${one.from_ms} ${one.to_ms}`}>
            {runningTime(one.from_ms)} to {runningTime(one.to_ms)}: {labels(one.category)}
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Hits({ hits }: { hits: readonly Hit[] }) {
  if (hits.length === 0) return null;
  return (
    <Part title={`Matches (${count(hits.length)})`}>
      <ul>
        {hits.map((hit, i) => (
          <li key={i}>
            <span>
              <strong>{hit.set}</strong> <span className="quiet">{hit.purpose}</span>
              <br />
              {whyWords(hit)}
              {hit.comments !== null && <span className="quiet"> · {hit.comments}</span>}
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** Why a list's entry matched, in words. */
function whyWords(hit: Hit): string {
  const said = [hit.labels.length > 0 ? hit.labels.join(", ") : hit.categories];
  said.push(hit.digest === null ? `by ${hit.means}` : `same ${hit.digest}`);
  if (hit.distance !== null) said.push(`${hit.distance} of 256 bits differ`);
  if (hit.turn !== null) said.push(hit.turn);
  if (hit.share !== null) said.push(`${percent(hit.share)} of it`);
  if (hit.from_ms !== null && hit.to_ms !== null) {
    said.push(`${runningTime(hit.from_ms)} to ${runningTime(hit.to_ms)}`);
  }
  return said.filter((word) => word !== null && word !== "").join(" · ");
}

const FEW_PLACES = 8;

function Places({ places }: { places: MediaDetails["places"] }) {
  const [all, setAll] = useState(false);
  const shown = all ? places : places.slice(0, FEW_PLACES);
  return (
    <Part title={places.length === 1 ? "Its one place" : `All ${count(places.length)} places`}>
      <ul>
        {shown.map((place, i) => (
          <li key={i}>
            <span>
              <strong>{place.exhibit}</strong> {place.path}
              {place.deleted && <span className="amber"> deleted</span>}
              {place.lies && <span className="amber"> name lies</span>}
              {place.modified_us !== null && (
                <span className="quiet"> {moment(place.modified_us)}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
      {places.length > FEW_PLACES && (
        <button type="button" className="plain" onClick={() => setAll(!all)}>
          {all ? "fewer" : `all ${count(places.length)}`}
        </button>
      )}
    </Part>
  );
}

function Findings({ media }: { media: MediaDetails }) {
  const failed = media.findings.filter((finding) => finding.state !== "ok");
  const extra = media.findings.flatMap((finding) => Object.entries(finding.extra));
  return (
    <>
      {failed.length > 0 && (
        <Part title="Not read">
          <Rows rows={failed.map((one) => [one.name, one.reason ?? one.state] as const)} />
        </Part>
      )}
      {extra.length > 0 && (
        <Part title="EXIF and more">
          <Rows rows={extra.map(([key, value]) => [key, String(value)] as const)} />
        </Part>
      )}
    </>
  );
}

function wordsOf(mark: Mark): string {
  if ("text" in mark) return mark.text;
  if ("tag" in mark) return mark.tag;
  return mark.at_ms === null ? mark.label : `${mark.label} (${runningTime(mark.at_ms)})`;
}

const DROPS = { notes: "dropNote", tags: "dropTag", clues: "dropClue" } as const;

function Marks(props: { id: number; kind: MarkKind; title: string }) {
  const { calls } = useReview();
  const { officer } = useSession();
  const queries = useQueryClient();
  const key = ["media", calls.caseId, props.id, props.kind];
  const asked = useQuery<readonly Mark[]>({
    queryKey: key,
    queryFn: () => calls[props.kind](props.id),
  });
  const drop = async (mark: Mark) => {
    const dropped = calls[DROPS[props.kind]](props.id, mark.id);
    await dropped.catch(() => undefined); // what is there is read again below
    await queries.invalidateQueries({ queryKey: key });
  };
  const marks = asked.data ?? [];
  if (marks.length === 0) return null;
  return (
    <Part title={props.title}>
      <ul>
        {marks.map((mark) => (
          <li key={mark.id}>
            <span>
              {wordsOf(mark)}{" "}
              <span className="quiet">
                {mark.officer} {moment(mark.at_us)}
              </span>
            </span>
            {mark.officer === officer.name && (
              <button
                type="button"
                className="plain quiet"
                aria-label={`Withdraw: ${wordsOf(mark)}`}
                onClick={() => void drop(mark)}
              >
                ×
              </button>
            )}
          </li>
        ))}
      </ul>
    </Part>
  );
}
