import { type ReactNode, useEffect, useRef, useState } from "react";
import {
  type Box,
  filterOf,
  fitted,
  type Levels,
  type Region,
  regionOf,
  type StageView,
  toPicture,
} from "./stageView";

interface Props {
  /** Object URL of the picture; null while it is covered. */
  url: string | null;
  covered: ReactNode;
  /** Shown no longer than this while it is grey and small; null fills the stage. */
  longest: number | null;
  view: StageView;
  setView: (next: StageView) => void;
  levels: Levels;
  region: Region | null;
  /** Set while a region is being marked. */
  mark: ((region: Region) => void) | null;
}

/** The picture on its stage: zoomed, turned, levelled; a region may be drawn on it. */
export function PictureStage(props: Props) {
  const stage = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState<Box>({ width: 0, height: 0 });
  const [natural, setNatural] = useState<Box | null>(null);
  useEffect(() => {
    const element = stage.current!;
    const observer = new ResizeObserver(() =>
      setRoom({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const { url, view, levels } = props;
  const limit = props.longest ?? Infinity;
  const within = { width: Math.min(room.width, limit), height: Math.min(room.height, limit) };
  const shown = natural === null ? null : fitted(natural, within, view.turn);
  const drag = useDrag(props, room, shown);
  const transform = `translate(-50%, -50%) translate(${view.panX}px, ${view.panY}px) rotate(${view.turn * 90}deg) scale(${view.zoom})`;
  return (
    <div className="stage" ref={stage} data-marking={props.mark !== null} {...drag}>
      <Gamma gamma={levels.gamma} />
      {url === null && <div className="stage-covered">{props.covered}</div>}
      {url !== null && (
        <div
          className="stage-picture"
          style={{ transform, width: shown?.width ?? 1, height: shown?.height ?? 1 }}
        >
          <img
            key={url}
            src={url}
            alt=""
            draggable={false}
            style={{ filter: filterOf(levels), visibility: shown === null ? "hidden" : "visible" }}
            onLoad={(event) => {
              const { naturalWidth: width, naturalHeight: height } = event.currentTarget;
              setNatural({ width, height });
            }}
          />
          {props.region !== null && <Marked region={props.region} />}
        </div>
      )}
    </div>
  );
}

function Marked({ region }: { region: Region }) {
  const per = (share: number) => `${share * 100}%`;
  return (
    <div
      className="marked"
      style={{
        left: per(region.x),
        top: per(region.y),
        width: per(region.w),
        height: per(region.h),
      }}
    />
  );
}

/** Gamma has no CSS filter of its own; this one is named by `filterOf`. */
function Gamma({ gamma }: { gamma: number }) {
  const curve = { type: "gamma", exponent: 1 / gamma } as const;
  return (
    <svg width="0" height="0" className="hidden-words" aria-hidden="true">
      <filter id="review-gamma" colorInterpolationFilters="sRGB">
        <feComponentTransfer>
          <feFuncR {...curve} />
          <feFuncG {...curve} />
          <feFuncB {...curve} />
        </feComponentTransfer>
      </filter>
    </svg>
  );
}

/** Dragging draws a region while one is marked, and moves a zoomed picture otherwise. */
function useDrag(props: Props, room: Box, shown: Box | null) {
  const from = useRef<{ x: number; y: number } | null>(null);
  const at = (event: React.PointerEvent) => {
    const rect = event.currentTarget.getBoundingClientRect();
    const point = { x: event.clientX - rect.left, y: event.clientY - rect.top };
    return toPicture(point, room, shown ?? room, props.view);
  };
  return {
    onPointerDown: (event: React.PointerEvent) => {
      if (props.url === null || event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      from.current = at(event);
    },
    onPointerMove: (event: React.PointerEvent) => {
      if (from.current === null || shown === null) return;
      const { view } = props;
      if (props.mark !== null) props.mark(regionOf(from.current, at(event)));
      else if (view.zoom > 1) {
        const [panX, panY] = [view.panX + event.movementX, view.panY + event.movementY];
        props.setView({ ...view, panX, panY });
      }
    },
    onPointerUp: () => {
      from.current = null;
    },
  };
}
