import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { caseFileOf } from "../client/caseFile";
import { Answer } from "../shell/states";
import { ReviewProvider, useOpenReview } from "./review";
import "./overlays.css";
import "./review.css";
import "./tiles.css";
import "./viewer.css";
import { ReviewRoom } from "./ReviewRoom";
import type { CaseFile, Source } from "./shapes";

const SOURCES: readonly Source[] = ["queue", "all", "disputes", "samples", "mine"];

/** What the address asks for: `?source=disputes` opens the disputes. */
function sourceAsked(): Source {
  const given = new URLSearchParams(window.location.search).get("source");
  return SOURCES.find((one) => one === given) ?? "queue";
}

/** The room where a case is graded. */
export function ReviewPage() {
  const { caseId } = useParams({ strict: false }) as { caseId: string };
  const id = Number(caseId);
  const asked = useQuery(caseFileOf(id));
  return (
    <Answer asked={asked} what="the case">
      {(caseFile) => <OpenCase key={caseFile.id} caseFile={caseFile} />}
    </Answer>
  );
}

function OpenCase(props: { caseFile: CaseFile }) {
  const page = useOpenReview(props.caseFile, sourceAsked());
  if (page === null) return null;
  return (
    <ReviewProvider value={page}>
      <ReviewRoom />
    </ReviewProvider>
  );
}
