import type { Scan } from "./api-shapes.ts";

/** What the running scans have found so far. */
export function ScanBanner({ scans }: { readonly scans: readonly Scan[] }) {
  return (
    <div role="status">
      {scans.map((scan) => (
        <p key={scan.id ?? scan.library_id} className="scan-banner" data-testid="scan">
          <span className="spinner small" aria-hidden="true" />
          <span>
            Looking through your files … {scan.found.toLocaleString()} found
            {scan.added > 0 ? `, ${scan.added.toLocaleString()} new` : ""}
            {scan.failed > 0 ? `, ${scan.failed.toLocaleString()} cannot be read` : ""}
          </span>
        </p>
      ))}
    </div>
  );
}
