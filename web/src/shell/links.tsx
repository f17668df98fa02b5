import { Anchor, type AnchorProps, Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

type Attributes<P> = P &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof P> & { ref?: Ref<HTMLAnchorElement> };

/** A link in a text or a table, to a route of this front end. */
export const LinkTo = createLink((props: Attributes<AnchorProps>) => <Anchor {...props} />);

/** A link that looks like a button. */
export const ButtonTo = createLink((props: Attributes<ButtonProps>) => (
  <Button component="a" {...props} />
));
