import { Button } from "@mantine/core";
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useMemo, useRef, useState } from "react";
import { Empty } from "../shell/states";
import { count, several } from "../shell/words";
import { withPart } from "./filters";
import { useReview } from "./review";
import type { Group } from "./shapes";
import {
  boundsOf,
  type Bounds,
  type Cluster,
  clustersIn,
  drawLand,
  type Frame,
  frameFor,
  toPixel,
  zoomed,
} from "./worldMap";

const CELL = 44;
/** Degrees added around one place, about 1 km, so that a filter by it holds it. */
const AROUND = 0.01;

/** Where the media of the view were taken, on a map that needs no network. */
export function PlacesMap(props: { groups: readonly Group[] }) {
  const { room } = useReview();
  const canvas = useRef<HTMLCanvasElement>(null);
  const pane = useRef<HTMLDivElement>(null);
  const [frame, setFrame] = useState<Frame | null>(null);
  const dark = useComputedColorScheme("dark");
  useEffect(() => {
    const element = pane.current!;
    const observer = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      setFrame((held) =>
        held ? { ...held, width, height } : frameFor(props.groups, width, height),
      );
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [props.groups]);
  const clusters = useMemo(
    () => (frame === null ? [] : clustersIn(props.groups, frame, CELL)),
    [props.groups, frame],
  );
  useEffect(() => {
    if (frame !== null && canvas.current !== null) draw(canvas.current, frame);
  }, [frame, dark]);
  const narrow = (bounds: Bounds) =>
    void room.open({ filter: withPart(room.state.now.asked.filter, "place", bounds) }, "grid");
  const zoom = (factor: number) =>
    setFrame((held) => held && zoomed(held, factor, held.width / 2, held.height / 2));
  const placed = clusters.reduce((sum, cluster) => sum + cluster.count, 0);
  return (
    <div
      className="pane map-pane"
      ref={pane}
      onWheel={(event) => turn(event, setFrame)}
      {...dragging(setFrame)}
    >
      <canvas ref={canvas} aria-hidden="true" />
      {frame !== null &&
        clusters.map((cluster) => (
          <Mark
            key={`${cluster.lat} ${cluster.lon}`}
            cluster={cluster}
            frame={frame}
            narrow={narrow}
          />
        ))}
      <div className="map-acts">
        <Button size="compact-xs" variant="default" aria-label="Closer" onClick={() => zoom(2)}>
          +
        </Button>
        <Button size="compact-xs" variant="default" aria-label="Further" onClick={() => zoom(0.5)}>
          −
        </Button>
        {placed > 0 && (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => frame && narrow(boundsOf(frame))}
          >
            Show the {several(placed, "stack")} in this part
          </Button>
        )}
      </div>
      {props.groups.length === 0 && (
        <div className="map-empty">
          <Empty title="No places">Nothing in this view says where it was taken.</Empty>
        </div>
      )}
    </div>
  );
}

function Mark(props: { cluster: Cluster; frame: Frame; narrow: (bounds: Bounds) => void }) {
  const { cluster, frame } = props;
  const [x, y] = toPixel(frame, cluster.lon, cluster.lat);
  const words = `${several(cluster.count, "stack")}: ${cluster.labels.slice(0, 3).join("; ")}`;
  const narrow = () =>
    props.narrow({
      south: cluster.south - AROUND,
      north: cluster.north + AROUND,
      west: cluster.west - AROUND,
      east: cluster.east + AROUND,
    });
  return (
    <button
      type="button"
      className="map-mark"
      style={{ left: x, top: y }}
      title={words}
      aria-label={`${words}: show them`}
      onClick={narrow}
    >
      {count(cluster.count)}
    </button>
  );
}

type SetFrame = (next: (held: Frame | null) => Frame | null) => void;

function turn(event: React.WheelEvent<HTMLDivElement>, setFrame: SetFrame): void {
  const rect = event.currentTarget.getBoundingClientRect();
  const factor = event.deltaY < 0 ? 1.25 : 0.8;
  const [x, y] = [event.clientX - rect.left, event.clientY - rect.top];
  setFrame((held) => held && zoomed(held, factor, x, y));
}

function dragging(setFrame: SetFrame) {
  return {
    onPointerMove: (event: React.PointerEvent) => {
      if ((event.buttons & 1) === 0) return;
      const { movementX, movementY } = event;
      setFrame(
        (held) =>
          held && {
            ...held,
            lon: held.lon - movementX / held.scale,
            lat: held.lat + movementY / held.scale,
          },
      );
    },
  };
}

function draw(canvas: HTMLCanvasElement, frame: Frame): void {
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(frame.width * ratio);
  canvas.height = Math.round(frame.height * ratio);
  canvas.style.width = `${frame.width}px`;
  canvas.style.height = `${frame.height}px`;
  const context = canvas.getContext("2d");
  if (context === null) return;
  const style = getComputedStyle(canvas);
  context.scale(ratio, ratio);
  context.fillStyle = style.getPropertyValue("--map-land");
  context.strokeStyle = style.getPropertyValue("--line");
  drawLand(context, frame);
}
