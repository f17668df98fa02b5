import { useEffect, useMemo, useRef, useState } from "react";
import { useBlank } from "../shell/blank";
import { useWelfare } from "../shell/welfare/welfare";
import { screen } from "../shell/welfare/heartbeat";
import { count } from "../shell/words";
import { ClueAsk } from "./ClueAsk";
import { Closer, endWhenAway } from "./closer";
import { useSecondsLeft } from "./CloserOverlay";
import { keyWords, keyOf } from "./keys";
import { LevelsPanel } from "./LevelsPanel";
import { PictureStage } from "./PictureStage";
import { Player } from "./player";
import { type Page, useReview, useTiles, useWatched } from "./review";
import type { Mode } from "./roomKeys";
import type { Row } from "./rowCache";
import type { Clarity } from "./shapes";
import { AS_TAKEN, type Levels, PLAIN, type Region } from "./stageView";
import { TilePicture } from "./TilePicture";
import { runningTime, wordsOf } from "./tileWords";
import { useScenes } from "./useScenes";
import { SceneStrip, Segment } from "./VideoStage";
import { useViewerKeys } from "./viewerKeys";

/** Longest sides asked of the server, px: small while grey, enough for the stage when clear. */
const SMALL = 480;
const LARGE = 2048;

interface Props {
  setMode: (mode: Mode) => void;
  details: () => void;
}

/** Looks at one media over the grid, which keeps its place underneath. */
export function Viewer(props: Props) {
  const { room } = useReview();
  const state = useWatched(room.state);
  const row = room.row(state.cursor);
  const opened = useRef(row?.id);
  if (row === undefined) return null;
  return <Opened key={row.id} row={row} first={opened.current === row.id} {...props} />;
}

function useCloserOf(page: Page, row: Row, sceneMs: () => number | null): Closer {
  const { calls } = page;
  const closer = useMemo(() => {
    const load = async (id: number, clarity: Clarity, signal: AbortSignal) => {
      const longest = clarity === "clear" ? LARGE : SMALL;
      const at = sceneMs();
      if (at === null) return (await calls.look(id, clarity, longest, signal)).blob;
      return (await calls.frame(id, at, clarity, longest, signal)).blob;
    };
    return new Closer(load, (id, clarity) =>
      screen.put("viewer", calls.caseId, clarity, id === null ? [] : [id]),
    );
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [calls, row.id]);
  useEffect(() => endWhenAway(() => closer.end()), [closer]);
  useEffect(() => () => closer.end(), [closer]);
  return closer;
}

function usePlayer(page: Page, row: Row): Player {
  const { calls } = page;
  const player = useMemo(
    () =>
      new Player(calls, row.id, (on, clarity) =>
        screen.put("player", calls.caseId, clarity, on ? [row.id] : []),
      ),
    [calls, row.id],
  );
  useEffect(() => endWhenAway(player.end), [player]);
  useEffect(() => () => player.end(), [player]);
  return player;
}

function Opened(props: Props & { row: Row; first: boolean }) {
  const page = useReview();
  const { row } = props;
  const video = row.kind === "video";
  const { scenes, faces, asked } = useScenes(row.id, video);
  const [sceneAt, setSceneAt] = useState(0);
  const atMs = scenes[sceneAt]?.at_ms ?? 0;
  const scene = useRef(atMs);
  const time = useRef<number | null>(null);
  if (scene.current !== atMs) time.current = null; // another scene begins at its own time
  scene.current = atMs;
  const closer = useCloserOf(page, row, () => (video ? (time.current ?? scene.current) : null));
  const player = usePlayer(page, row);
  const look = useWatched(closer.state);
  const played = useWatched(player.state);
  const [view, setView] = useState(PLAIN);
  const [levels, setLevels] = useState<Levels>(AS_TAKEN);
  const [levelling, setLevelling] = useState(false);
  const [region, setRegion] = useState<Region | null>(null);
  const [marking, setMarking] = useState(false);
  const [rate, setRate] = useState(1);
  const [span, setSpan] = useState<{ from: number | null; to: number | null }>(NO_SPAN);
  const frame = useRef<HTMLDivElement>(null);
  const label = useRef<HTMLInputElement>(null);
  const [named, setNamed] = useState(false);
  const stopMarking = () => {
    setMarking(false);
    setRegion(null);
    setNamed(false);
    frame.current?.focus();
  };
  const draw = (drawn: Region) => {
    setRegion(drawn);
    label.current?.focus(); // the mouse took it
  };
  const { blank } = useBlank();
  const { onBreak } = useWelfare();
  const seconds = useSecondsLeft(look.endsAt, look.id !== null);
  useTiles("viewer-tile", [row.id]);
  useEffect(() => {
    frame.current?.focus();
    if (props.first && !video) closer.begin(row.id, "grey", page.closerSeconds);
    // only when the viewer opens on this media
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  useEffect(() => {
    if (!blank && !onBreak) return;
    closer.end();
    player.end();
  }, [blank, onBreak, closer, player]);
  useViewerKeys({
    ...props,
    closer,
    player,
    view: { now: view, set: setView },
    region: { now: region, set: setRegion },
    marking: { now: marking, set: setMarking, named, stop: stopMarking },
    rate: { now: rate, set: setRate },
    span: { now: span, set: setSpan },
    scenes: { count: scenes.length, at: sceneAt, atMs, set: setSceneAt },
    levelling: () => setLevelling(!levelling),
    timeNow: () => time.current ?? atMs,
  });
  const small = look.clarity === "grey" && view.zoom === 1;
  return (
    <div
      className="viewer"
      role="dialog"
      aria-modal="true"
      aria-label="Viewer"
      tabIndex={-1}
      ref={frame}
    >
      <ViewerHead row={row} close={() => props.setMode({ kind: "grid" })} />
      <div className="viewer-stage">
        {player.playing || played.problem !== null ? (
          <div className="stage">
            <Segment player={player} rate={rate} time={(ms) => (time.current = ms)} />
          </div>
        ) : (
          <PictureStage
            url={look.url}
            covered={<TilePicture id={row.id} side={256} />}
            longest={small ? SMALL : null}
            view={view}
            setView={setView}
            levels={levels}
            region={region}
            mark={marking ? draw : null}
          />
        )}
      </div>
      {video && (
        <>
          <SceneStrip scenes={scenes} faces={faces} at={sceneAt} choose={setSceneAt} />
          {asked.isSuccess && scenes.length === 0 && (
            <p className="quiet">This video has no scenes that could be read.</p>
          )}
        </>
      )}
      {levelling && <LevelsPanel levels={levels} set={setLevels} />}
      {marking && (
        <ClueAsk
          row={row}
          region={region}
          atMs={video ? (time.current ?? atMs) : null}
          field={label}
          writing={(text) => setNamed(text !== "")}
          close={stopMarking}
        />
      )}
      <footer className="viewer-foot">
        <p role="status">
          {look.problem !== null
            ? look.problem.message
            : lookWords(look.id !== null, look.clarity, seconds, played.url !== null, rate)}
        </p>
        {(span.from !== null || span.to !== null) && (
          <p>
            Segment {clockOf(span.from)} to {clockOf(span.to)}: a digit grades it alone
          </p>
        )}
        <p className="quiet hints">
          <kbd>{keyWords(keyOf("closer", page.remapped))}</kbd> held: closer ·{" "}
          <kbd>{keyOf("clear", page.remapped)}</kbd> clear · <kbd>+</kbd>
          <kbd>-</kbd> <kbd>{keyOf("rotate", page.remapped)}</kbd> turn ·{" "}
          <kbd>{keyOf("levels", page.remapped)}</kbd> levels ·{" "}
          <kbd>{keyOf("clue", page.remapped)}</kbd> clue ·{" "}
          <kbd>{keyOf("details", page.remapped)}</kbd> details
          {video && (
            <>
              {" "}
              · <kbd>↑</kbd>
              <kbd>↓</kbd> scene · <kbd>{keyOf("play", page.remapped)}</kbd> play
            </>
          )}
        </p>
      </footer>
    </div>
  );
}

const NO_SPAN = { from: null, to: null };

function clockOf(ms: number | null): string {
  return ms === null ? "…" : runningTime(ms);
}

function lookWords(
  looking: boolean,
  clarity: Clarity,
  seconds: number,
  playing: boolean,
  rate: number,
): string {
  if (playing) return `playing at ${rate} ×`;
  if (!looking) return "covered: hold space to look closer";
  return `${clarity === "clear" ? "clear" : "grey"} · ${seconds} s left`;
}

function ViewerHead(props: { row: Row; close: () => void }) {
  const { room, acting, labels } = useReview();
  useWatched(acting.state);
  const { row } = props;
  const words = wordsOf(row, acting.unsavedOf(row.id), labels);
  return (
    <header className="sheet-head">
      <h2>
        {count(row.position + 1)} <span className="quiet">of {count(room.count)}</span>
      </h2>
      <p className="viewer-path" title={row.path}>
        {row.exhibit} {row.path}
      </p>
      <p>{[words.badge, words.kind, words.corner].filter((word) => word !== "").join(" · ")}</p>
      <button type="button" className="plain" onClick={props.close}>
        Close <kbd>Esc</kbd>
      </button>
    </header>
  );
}
