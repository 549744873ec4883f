// One address of each kind of page in the demonstration data.

export async function everyPage(address) {
  const json = async (path) => (await fetch(address + path)).json();
  const record = (await json("/api/v1/records?q=facial+vans&limit=1")).items[0].id;
  const contract = (await json("/api/v1/contracts?limit=1")).items[0].id;
  return [
    "/",
    "/records",
    "/records?q=facial&sector=policing",
    "/records?q=zzzzzz",
    "/records?sectr=x",
    `/records/${record}`,
    `/records/${record}/versions/1`,
    `/records/${record}/diff?from=1&to=2`,
    `/records/${record}/report`,
    "/organisations/calder-vale-police",
    "/suppliers/visagewick",
    "/products/crowdlumen",
    `/contracts/${contract}`,
    "/gaps",
    "/organisations?silent=true",
    "/coverage",
    "/suppliers",
    "/products?q=crowd",
    "/contracts?on_watch_list=true",
    "/assessments?status=overdue",
    "/statistics",
    "/statistics?sector=policing",
    "/embed/questions",
    "/data",
    "/data/dictionary",
    "/rules",
    "/about",
    "/log",
    "/accessibility",
    "/problems/stale",
    "/records/R-0000000",
    "/nothing/here",
  ];
}

/// The same page in Welsh.
export const inWelsh = (path) => `/cy${path === "/" ? "" : path}`;
