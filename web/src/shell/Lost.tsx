import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Empty } from "./states";

export function Lost() {
  return (
    <Empty title="There is no such page.">
      <Anchor component={Link} to="/">
        To the reception
      </Anchor>
    </Empty>
  );
}
