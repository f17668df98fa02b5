import { Group, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";

/** A roomy page: its name, what can be done at once, and its content. */
export function Page(props: { title: string; actions?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${props.title} · Trawl`;
  }, [props.title]);
  return (
    <div className="page">
      <Group justify="space-between" mb="md" wrap="nowrap">
        <Title order={1}>{props.title}</Title>
        {props.actions}
      </Group>
      {props.children}
    </div>
  );
}
