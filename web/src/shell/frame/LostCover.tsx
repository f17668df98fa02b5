import { Stack, Text, Title } from "@mantine/core";
import { Cover } from "../Cover";
import { useKeys } from "../keys";

/** Covers media while the server is silent: it could neither count the time nor call a break. */
export function LostCover() {
  useKeys("Server not reached", {}, { alone: true });
  return (
    <Cover name="The server is not reached">
      <Stack maw={560} gap="md" p="lg">
        <Title order={1}>The server is not reached</Title>
        <Text size="lg">
          Media are covered until it is: nobody would count how long you look. Your work is kept as
          it is, and the page tries again by itself.
        </Text>
      </Stack>
    </Cover>
  );
}
