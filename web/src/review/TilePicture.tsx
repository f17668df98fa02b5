import { useEffect, useRef } from "react";
import { useReview } from "./review";

function Face(props: { picture: ImageBitmap; side: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { picture, side } = props;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || picture.width === 0) return;
    const pixels = context.canvas.width;
    const scale = Math.min(pixels / picture.width, pixels / picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    context.clearRect(0, 0, pixels, pixels);
    context.drawImage(picture, (pixels - width) / 2, (pixels - height) / 2, width, height);
  }, [picture, side]);
  const pixels = Math.round(side * window.devicePixelRatio);
  return <canvas ref={canvas} width={pixels} height={pixels} aria-hidden="true" />;
}

/** The blurred tile of one media outside the grid; neutral until its own picture has come. */
export function TilePicture(props: { id: number; side: number }) {
  const { tiles } = useReview();
  const picture = tiles.picture(props.id);
  return (
    <span className="tile-face" style={{ width: props.side, height: props.side }}>
      {picture && <Face key={props.id} picture={picture} side={props.side} />}
      {picture === null && <span className="tile-none">no picture</span>}
    </span>
  );
}
