import { Box, Group, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import "./panel.css";

/** One matter on a page, with its heading. */
export function Panel(props: { title: string; aside?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <Box component="section" className="panel" aria-labelledby={id}>
      <Group justify="space-between" mb="xs" wrap="nowrap">
        <Title order={2} id={id}>
          {props.title}
        </Title>
        {props.aside}
      </Group>
      {props.children}
    </Box>
  );
}
