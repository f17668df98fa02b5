import { Alert, Button, Code, Group, Text } from "@mantine/core";
import { useState } from "react";

/** The link of an invitation: shown once, to be handed over by another way than this network. */
export function InvitationLink(props: { link: { name: string; path: string }; close: () => void }) {
  const [copied, setCopied] = useState(false);
  const whole = new URL(props.link.path, window.location.origin).href;
  const copy = () => void navigator.clipboard?.writeText(whole).then(() => setCopied(true));
  return (
    <Alert variant="outline" title={`Invitation of ${props.link.name}`} mb="md" role="status">
      <Text mb="xs">
        Give this link to the officer yourself. It works once and is shown only now.
      </Text>
      <Code block data-testid="invitation">
        {whole}
      </Code>
      <Group mt="sm">
        {"clipboard" in navigator && (
          <Button variant="default" onClick={copy}>
            {copied ? "Copied" : "Copy"}
          </Button>
        )}
        <Button variant="default" onClick={props.close}>
          I have it
        </Button>
      </Group>
    </Alert>
  );
}
