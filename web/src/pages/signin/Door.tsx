import { Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import "./door.css";

/** What stands before the frame: one column, one matter. */
export function Door(props: { title: string; says?: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${props.title} · Trawl`;
  }, [props.title]);
  return (
    <main className="door">
      <Stack gap="md">
        <div>
          <Title order={1}>{props.title}</Title>
          {props.says !== undefined && <Text c="dimmed">{props.says}</Text>}
        </div>
        {props.children}
      </Stack>
    </main>
  );
}
