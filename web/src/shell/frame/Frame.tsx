import { Outlet, useRouterState } from "@tanstack/react-router";
import { type ReactNode, Suspense, useEffect, useState } from "react";
import { BlankCover, setBlank, useBlank } from "../blank";
import { listen, useKeys } from "../keys";
import { Signed } from "../session";
import { Waiting } from "../states";
import { useWelfare, WelfareProvider } from "../welfare/welfare";
import { BreakCover } from "./BreakCover";
import "./frame.css";
import { KeysSheet } from "./KeysSheet";
import { LostCover } from "./LostCover";
import { Rail } from "./Rail";
import { Reminder } from "./Reminder";
import { TalkDialog } from "./TalkDialog";
import { TopLine } from "./TopLine";

/** A break covers every page. Outside the unit's hours, or at the daily limit, only pages with
 * media are covered: an officer may still read the roster or let a colleague in. A page that was
 * open before stays as it is underneath (`begun`); one that was not asks for no media meanwhile. */
function useCovering(): { resting: boolean; begun: boolean; unmeasured: boolean } {
  const { line, cut, lost } = useWelfare();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [open, setOpen] = useState<string | null>(null);
  const stands = line?.break ?? null;
  const media = path.endsWith("/review");
  const resting = stands !== null && (stands.reason === "break" || media);
  const free = !resting && (line !== null || cut);
  useEffect(() => {
    if (free) setOpen(path);
  }, [free, path]);
  return { resting, begun: free || open === path, unmeasured: lost && media && !resting };
}

function Room(props: { children: ReactNode }) {
  const [sheet, setSheet] = useState(false);
  const [talking, setTalking] = useState(false);
  const { blank } = useBlank();
  const { resting, begun, unmeasured } = useCovering();
  const talk = () => setTalking(true);
  useEffect(() => listen(), []);
  useKeys(
    "Every page",
    {
      "?": { says: "this sheet", press: () => setSheet(true) },
      b: { says: "blank the screen at once", press: () => setBlank(true) },
      F8: { says: "talk to someone", press: talk, whileTyping: true, always: true },
    },
    { level: -1 },
  );
  const covered = blank || resting || unmeasured;
  return (
    <>
      <div className="frame" inert={covered} data-covered={covered || undefined}>
        <a className="skip" href="#page">
          To the page
        </a>
        <Rail />
        <TopLine talk={talk} />
        <main id="page" tabIndex={-1}>
          <Reminder />
          {begun ? props.children : <Waiting what="your welfare line" />}
        </main>
      </div>
      {resting && <BreakCover talk={talk} />}
      {unmeasured && <LostCover />}
      {blank && <BlankCover />}
      <KeysSheet opened={sheet} close={() => setSheet(false)} />
      <TalkDialog opened={talking} close={() => setTalking(false)} />
    </>
  );
}

/** What stands around every page of a signed-in officer. */
export function Frame() {
  return (
    <Signed>
      <WelfareProvider>
        <Room>
          <Suspense fallback={<Waiting what="the page" />}>
            <Outlet />
          </Suspense>
        </Room>
      </WelfareProvider>
    </Signed>
  );
}
