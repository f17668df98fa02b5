import qrcode from "qrcode-generator";
import { useMemo } from "react";

const MARGIN = 4;

/** The dark modules of a QR code as one path, row by row. */
function modules(text: string): { size: number; path: string } {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  const parts: string[] = [];
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      if (code.isDark(row, column)) parts.push(`M${column + MARGIN} ${row + MARGIN}h1v1h-1z`);
    }
  }
  return { size: size + 2 * MARGIN, path: parts.join("") };
}

/** Drawn on this page; the secret goes nowhere. */
export function QrCode(props: { text: string; label: string }) {
  const { size, path } = useMemo(() => modules(props.text), [props.text]);
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={props.label}>
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}
