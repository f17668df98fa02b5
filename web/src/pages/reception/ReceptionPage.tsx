import { Empty } from "../../shell";

export function ReceptionPage() {
  return <Empty title="Reception" />;
}
