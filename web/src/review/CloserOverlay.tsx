import { useEffect, useState } from "react";
import { useReview, useWatched } from "./review";

/** Seconds left of a closer look, counted down on the page. */
export function useSecondsLeft(endsAt: number, running: boolean): number {
  const left = () => Math.max(0, Math.ceil((endsAt - performance.now()) / 1_000));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    if (!running) return;
    setSeconds(left());
    const timer = setInterval(() => setSeconds(left()), 250);
    return () => clearInterval(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [endsAt, running]);
  return seconds;
}

/** The one picture looked at closer from the grid or an open stack. */
export function CloserOverlay() {
  const { closer } = useReview();
  const look = useWatched(closer.state);
  const seconds = useSecondsLeft(look.endsAt, look.id !== null);
  if (look.id === null) return null;
  return (
    <div className="closer" role="img" aria-label="One picture, looked at closer">
      {look.url !== null && <img key={look.url} src={look.url} alt="" />}
      {look.url === null && look.problem === null && <p className="quiet">The picture is read …</p>}
      {look.problem !== null && <p>{look.problem.message}</p>}
      <p className="closer-words">
        {look.clarity === "clear" ? "clear" : "grey; c for clear"} · {seconds} s left
      </p>
    </div>
  );
}
