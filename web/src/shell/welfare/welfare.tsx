import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
} from "react";
import { onProblem } from "../../client/api";
import type { WelfareLine } from "../../client/shapes";
import { useBlank } from "../blank";
import { beat, keepBeating, screen } from "./heartbeat";

export interface Welfare {
  /** The server's measure; null until it has first answered. */
  line: WelfareLine | null;
  /** The last heartbeat did not reach the server. */
  cut: boolean;
  /** The server has been silent for longer than it counts a page that falls silent: what is on
   * screen now would be measured by nobody. */
  lost: boolean;
  onBreak: boolean;
  /** A break is due within ten minutes. */
  soon: boolean;
  /** Asks the server at once, e.g. after a refusal. */
  refresh: () => void;
}

const SOON_MS = 10 * 60_000;
/** Heartbeats without an answer until a page is lost: fifteen seconds, as the server has it. */
const MOST_SILENT = 3;
const Held = createContext<Welfare | null>(null);

/** The welfare line of this officer, kept up to date by heartbeats. */
export function useWelfare(): Welfare {
  const welfare = useContext(Held);
  if (welfare === null) throw new Error("There is no welfare line here.");
  return welfare;
}

export function isSoon(line: WelfareLine | null): boolean {
  return line !== null && line.break === null && line.due_in_ms <= SOON_MS;
}

export function WelfareProvider(props: { children: ReactNode }) {
  const [line, setLine] = useState<WelfareLine | null>(null);
  const [cut, setCut] = useState(false);
  const [lost, setLost] = useState(false);
  const silent = useRef(0);
  const { blank } = useBlank();
  const told = useCallback((next: WelfareLine) => {
    silent.current = 0;
    setLine(next);
    setCut(false);
    setLost(false);
  }, []);
  const sent = useCallback(() => {
    silent.current += 1;
    if (silent.current > MOST_SILENT) setLost(true);
  }, []);
  const missed = useCallback(() => setCut(true), []);
  const refresh = useCallback(() => {
    void beat(document.visibilityState === "visible").then(told, missed);
  }, [told, missed]);
  useEffect(() => keepBeating(told, missed, sent), [told, missed, sent]);
  useEffect(() => onProblem((problem) => problem.code === "break-due" && refresh()), [refresh]);
  const onBreak = line?.break != null;
  useEffect(() => screen.hold("break", onBreak), [onBreak]);
  useEffect(() => screen.hold("lost", lost), [lost]);
  const before = useRef(blank);
  useEffect(() => {
    screen.hold("blank", blank);
    if (before.current !== blank) refresh();
    before.current = blank;
  }, [blank, refresh]);
  const welfare = { line, cut, lost, onBreak, soon: isSoon(line), refresh };
  return <Held.Provider value={welfare}>{props.children}</Held.Provider>;
}
