import { Empty } from "../../shell";

export function JoinPage() {
  return <Empty title="Join" />;
}
