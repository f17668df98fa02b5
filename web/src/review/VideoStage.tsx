import { useEffect, useRef } from "react";
import { useReview, useWatched } from "./review";
import type { Player } from "./player";
import type { Scene } from "./shapes";
import { runningTime } from "./tileWords";

/** The strip of a video's scenes, blurred; the one under the cursor is played or looked at. */
export function SceneStrip(props: {
  scenes: readonly Scene[];
  faces: ReadonlyMap<number, string>;
  at: number;
  choose: (at: number) => void;
}) {
  const here = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    here.current?.scrollIntoView({ block: "nearest", inline: "nearest" }); // answers with a promise, which is no way back
  }, [props.at]);
  return (
    <ol className="scenes" aria-label="Scenes">
      {props.scenes.map((scene, i) => {
        const face = props.faces.get(scene.number);
        return (
          <li key={scene.number}>
            <button
              type="button"
              ref={i === props.at ? here : null}
              className={i === props.at ? "scene cursor" : "scene"}
              aria-current={i === props.at}
              onClick={() => props.choose(i)}
            >
              <span className="scene-face">{face !== undefined && <img src={face} alt="" />}</span>
              {runningTime(scene.at_ms)}
            </button>
          </li>
        );
      })}
    </ol>
  );
}

/** One segment of the video, muted unless sound was asked for. */
export function Segment(props: { player: Player; rate: number; time: (ms: number) => void }) {
  const played = useWatched(props.player.state);
  const video = useRef<HTMLVideoElement>(null);
  const { closer } = useReview();
  useEffect(() => {
    if (video.current !== null) video.current.playbackRate = props.rate;
  }, [props.rate, played.url]);
  useEffect(() => () => closer.end(), [closer]);
  if (played.problem !== null) return <p role="alert">{played.problem.message}</p>;
  if (played.reading) return <p className="quiet">The segment is being made …</p>;
  if (played.url === null) return null;
  return (
    <video
      key={played.url}
      ref={video}
      src={played.url}
      muted={!played.sound}
      autoPlay
      playsInline
      disablePictureInPicture
      onTimeUpdate={(event) => props.time(played.fromMs + event.currentTarget.currentTime * 1_000)}
      onEnded={props.player.end}
    />
  );
}
