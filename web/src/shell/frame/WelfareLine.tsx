import { UnstyledButton } from "@mantine/core";
import type { WelfareLine as Line } from "../../client/shapes";
import { clock, span, spanLeft } from "../words";
import { ownTalk, talkKey } from "../talk/stands";
import { useWelfare } from "../welfare/welfare";

function when(line: Line): string {
  if (line.break !== null) {
    const since = line.break.reason === "break" ? "on a break" : "no media";
    return `${since} until ${clock(line.break.until_us)}`;
  }
  return `break in ${spanLeft(line.due_in_ms)}`;
}

/** Always there: how long, how long still, who is on duty, and how to reach them. */
export function WelfareLine(props: { talk: () => void }) {
  const { line, cut, soon } = useWelfare();
  const own = line?.own_talk ?? null;
  const news = own !== null && own.stands !== "waiting";
  return (
    <div className="welfare" data-soon={soon || undefined} data-testid="welfare-line" role="status">
      {line === null ? (
        <span>{cut ? "welfare line not reached" : "welfare line …"}</span>
      ) : (
        <>
          <span title="Time with media on screen today">looked {span(line.looked_today_ms)}</span>
          <span aria-hidden="true">·</span>
          <span>{when(line)}</span>
          <span aria-hidden="true">·</span>
          <span className="duty" title={line.on_duty?.how || undefined}>
            on duty: {line.on_duty?.name ?? "nobody"}
          </span>
          {cut && <span className="amber">server not reached</span>}
        </>
      )}
      <span aria-hidden="true">·</span>
      <UnstyledButton className="talk" data-news={news || undefined} title={ownTalk(own)} onClick={props.talk}>
        {talkKey(own)} (F8)
      </UnstyledButton>
    </div>
  );
}
