// A grey place of the exact size of what is being loaded, so that nothing jumps.

/** A placeholder; its classes give its size. */
export function Skeleton({ className = "" }: { className?: string }) {
  return <div aria-hidden className={`animate-pulse rounded-md bg-hover ${className}`} />;
}
