import { Empty } from "../shell";

/** Stands at `/cases/$caseId/review`. */
export function ReviewPage() {
  return <Empty title="Review">Nothing is here yet.</Empty>;
}
