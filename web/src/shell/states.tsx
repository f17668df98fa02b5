import { Alert, Button, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { problemOf } from "../client/problem";

/** What is being read; words only, nothing turns. */
export function Waiting(props: { what: string }) {
  return (
    <Text c="dimmed" p="md" role="status">
      Reading {props.what} …
    </Text>
  );
}

/** A refusal or a fault, in the server's words, with what to do. */
export function Notice(props: { problem: unknown; again?: () => void }) {
  const problem = problemOf(props.problem);
  return (
    <Alert
      role="alert"
      variant="outline"
      color={problem.refused ? "sea" : "red"}
      title={problem.message}
      my="sm"
    >
      {problem.hint !== null && <Text size="md">{problem.hint}</Text>}
      {props.again !== undefined && (
        <Button variant="default" mt="xs" onClick={props.again}>
          Try again
        </Button>
      )}
    </Alert>
  );
}

/** An empty page says what to do first. */
export function Empty(props: { title: string; children?: ReactNode }) {
  return (
    <Stack gap={4} py="xl" px="md" align="flex-start">
      <Title order={2}>{props.title}</Title>
      <Text c="dimmed" component="div">
        {props.children}
      </Text>
    </Stack>
  );
}

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** An answer once it is there; before that what is awaited, or why it did not come. */
export function Answer<T>(props: {
  asked: Asked<T>;
  what: string;
  children: (data: T) => ReactNode;
}) {
  const { asked } = props;
  if (asked.data !== undefined) return <>{props.children(asked.data)}</>;
  if (asked.error) return <Notice problem={asked.error} again={() => void asked.refetch()} />;
  return <Waiting what={props.what} />;
}
