import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useReview } from "./review";
import type { Scene } from "./shapes";

/** The scenes of a video and their blurred thumbnails as object URLs, let go with the video. */
export function useScenes(id: number, video: boolean) {
  const { calls } = useReview();
  const [faces, setFaces] = useState<ReadonlyMap<number, string>>(new Map());
  const asked = useQuery<Scene[]>({
    queryKey: ["scenes", calls.caseId, id],
    queryFn: () => calls.scenes(id),
    enabled: video,
    staleTime: Infinity,
  });
  useEffect(() => {
    if (!video) return;
    const stop = new AbortController();
    let held = new Map<number, string>();
    const read = async () => {
      const sheet = await calls.sceneSheet(id, "blurred", stop.signal);
      if (stop.signal.aborted) return;
      for (const [number, picture] of sheet) {
        if (picture.size > 0) held.set(number, URL.createObjectURL(picture));
      }
      setFaces(held);
    };
    read().catch(() => undefined); // the strip then shows its times without pictures
    return () => {
      stop.abort();
      for (const url of held.values()) URL.revokeObjectURL(url);
      held = new Map();
      setFaces(held);
    };
  }, [calls, id, video]);
  return { scenes: asked.data ?? [], faces, asked };
}
