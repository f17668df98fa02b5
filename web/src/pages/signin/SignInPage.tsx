import { Empty } from "../../shell";

export function SignInPage() {
  return <Empty title="SignIn" />;
}
