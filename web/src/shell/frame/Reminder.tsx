import { Anchor } from "@mantine/core";
import { useEffect, useState } from "react";
import { useWelfare } from "../welfare/welfare";

/** Asks to look away for a moment; it moves nothing, and goes when it is told to. */
export function Reminder() {
  const { line } = useWelfare();
  const [told, setTold] = useState(false);
  const due = line?.remind === true && line.break === null;
  useEffect(() => {
    if (!due) setTold(false);
  }, [due]);
  if (!due || told) return null;
  return (
    <div className="reminder" role="status">
      <span>Look away for a moment: out of the window, at something far.</span>
      <Anchor component="button" onClick={() => setTold(true)}>
        Done
      </Anchor>
    </div>
  );
}
