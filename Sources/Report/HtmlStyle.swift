/// How the page looks: two palettes, in which every text stands out from its ground by 4.5 to 1 at least, and the rules.
enum HtmlStyle {
  static var sheet: String {
    """
    :root{color-scheme:light dark;\(light)}
    @media (prefers-color-scheme:dark){:root{\(dark)}}
    \(rules)
    @media print{:root{\(light)}\(paper)}
    """
  }

  private static let light = """
    --page:#f4f5f7;--card:#ffffff;--line:#d9dce1;--ink:#1b1f24;--muted:#59616c;--link:#0b57a4;\
    --error:#a8201a;--error-soft:#fdecea;--warning:#7d5000;--warning-soft:#fdf1d8;--notice:#1d5a96;\
    --notice-soft:#e7f0fa;--unknown:#5f4396;--unknown-soft:#f0ebfa;--clean:#1c6b37;--clean-soft:#e6f4ea;\
    --dom0:#3d76b8;--guests:#8a6bbd;--missing:#c8362e;--free:#c9d3de;--rest:#e8ebef;--mark:#1b1f24
    """

  private static let dark = """
    --page:#121417;--card:#1b1f24;--line:#343a43;--ink:#e9ebee;--muted:#a7afba;--link:#86bdf7;\
    --error:#ff9c94;--error-soft:#3a1d1c;--warning:#f0c063;--warning-soft:#352a13;--notice:#8dc0f5;\
    --notice-soft:#182a3d;--unknown:#c5b0f5;--unknown-soft:#2a2240;--clean:#83d39a;--clean-soft:#16301f;\
    --dom0:#5b95d6;--guests:#a98be0;--missing:#ff6f66;--free:#47525f;--rest:#262b32;--mark:#e9ebee
    """

  private static let rules = """
    *{box-sizing:border-box}
    html{font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;scroll-behavior:smooth}
    body{margin:0 auto;max-width:70rem;padding:1.5rem 1rem 3rem;background:var(--page);color:var(--ink);overflow-wrap:anywhere}
    h1,h2,h3,p,ul,ol{margin:0 0 .6rem}
    h1{font-size:2rem;line-height:1.15;letter-spacing:-.02em}
    h2{font-size:1.25rem;margin-top:2.5rem;padding-bottom:.35rem;border-bottom:1px solid var(--line)}
    h3{font-size:1rem;margin-top:1.4rem;scroll-margin-top:1rem}
    a{color:var(--link);text-underline-offset:.15em}
    code{font:.875em ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
    :focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:4px}
    .skip{position:absolute;left:-99rem}.skip:focus{position:static}
    .muted{color:var(--muted)}.eyebrow{color:var(--muted);margin:0 0 .2rem;font-size:.875rem}
    .count,.badge,.chip{display:inline-block;border-radius:99px;padding:.05rem .55rem;font-size:.8125rem;font-weight:600}
    .count,.badge{background:var(--rest);color:var(--ink)}
    .count{vertical-align:middle}
    .icon{width:1.15em;height:1.15em;flex:none;vertical-align:-.2em;fill:none;stroke:#fff;stroke-width:2}
    .icon circle,.icon .body{stroke:none;fill:var(--tone)}
    @media (prefers-color-scheme:dark){.icon{stroke:#121417}}
    .error{--tone:var(--error);--soft:var(--error-soft)}.warning{--tone:var(--warning);--soft:var(--warning-soft)}
    .notice{--tone:var(--notice);--soft:var(--notice-soft)}.unknown{--tone:var(--unknown);--soft:var(--unknown-soft)}
    .clean{--tone:var(--clean);--soft:var(--clean-soft)}.accepted{--tone:var(--muted);--soft:var(--rest)}
    .chip{background:var(--soft);color:var(--tone)}
    .verdict{display:flex;gap:.6rem;align-items:center;margin:.9rem 0;padding:.8rem 1rem;border-radius:10px;font-size:1.2rem;\
    font-weight:650;background:var(--soft);color:var(--tone)}
    nav{margin-top:1.2rem}nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;list-style:none;padding:0}
    .figures,.nodes,.bars,.legend,.plain,.gaps{list-style:none;padding:0}
    .figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(8rem,1fr));gap:.6rem}
    .figure{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.6rem .8rem}
    .figure strong{display:block;font-size:1.7rem;line-height:1.2;color:var(--tone);font-variant-numeric:tabular-nums}
    .figure span{color:var(--muted);font-size:.875rem}
    .nodes{display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:.6rem}
    .node{display:grid;grid-template-columns:auto 1fr;gap:0 .55rem;align-items:center;align-content:start;background:var(--card);\
    border:1px solid var(--line);border-left:4px solid var(--tone);border-radius:10px;padding:.55rem .75rem}
    .node span{grid-column:2;color:var(--muted);font-size:.875rem}
    .card,.finding,.rules,.bars,.gaps{background:var(--card);border:1px solid var(--line);border-radius:10px}
    .card{padding:1rem;border-left:4px solid var(--tone);margin-bottom:.8rem}.card h3{margin-top:0}
    .card .plain{margin-bottom:0}
    .finding{border-left:4px solid var(--tone);margin-bottom:.5rem}
    .finding .finding{margin-left:.25rem}
    summary{display:flex;gap:.65rem;padding:.65rem .8rem;cursor:pointer;border-radius:8px;list-style:none}
    summary::-webkit-details-marker{display:none}
    summary::after{content:"";flex:none;width:.5rem;height:.5rem;margin:.45rem .2rem 0 auto;border:solid var(--muted);\
    border-width:0 2px 2px 0;transform:rotate(45deg)}
    details[open]>summary::after{transform:rotate(225deg);margin-top:.65rem}
    summary:hover{background:var(--rest)}
    summary .icon{margin-top:.2em}
    .what{min-width:0}.what code{font-weight:600}
    .message,.what>.muted{display:block}.message{margin-top:.15rem}.what>.muted{font-size:.875rem}
    .below{padding:.2rem 1rem .8rem;border-top:1px solid var(--line);margin-top:.2rem;padding-top:.8rem}
    .finding,.rule{scroll-margin-top:1rem}
    .finding:target,.rule:target{outline:3px solid var(--link)}
    .more{margin-top:.8rem}.more>summary{display:inline-flex;color:var(--link);padding:.3rem .4rem}
    .gaps li,.plain li{padding:.35rem 0}.gaps li{padding:.5rem .9rem;border-left:4px solid var(--unknown)}
    .gaps li+li,.rule+.rule{border-top:1px solid var(--line)}
    .wide{overflow-x:auto;margin-bottom:.8rem}
    table{border-collapse:collapse;width:100%;font-size:.875rem}
    caption{text-align:left;font-weight:600;padding:.3rem 0}
    th,td{text-align:left;vertical-align:top;padding:.4rem .7rem .4rem 0;border-bottom:1px solid var(--line)}
    thead th{color:var(--muted);font-weight:600;white-space:nowrap}
    tbody th{font-weight:600;white-space:nowrap}
    #memory~.wide td,#memory~.wide thead th+th{text-align:right;white-space:nowrap}
    .number{font-variant-numeric:tabular-nums}
    .cells{min-width:18rem}.cell{display:inline-block;margin-right:.8rem}
    time{white-space:nowrap;font-variant-numeric:tabular-nums}
    .legend{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;font-size:.875rem;color:var(--muted)}
    .key{display:inline-block;width:.8rem;height:.8rem;border-radius:3px;margin-right:.4rem;vertical-align:-.08rem}
    .key.mark{width:.25rem}
    .bars li{display:grid;grid-template-columns:10rem 1fr 17rem;gap:.2rem 1rem;align-items:center;padding:.55rem .9rem}
    .bars li+li{border-top:1px solid var(--line)}
    .name{font-weight:600}.bar{width:100%;height:1.6rem;border-radius:4px;display:block}
    .dom0{fill:var(--dom0);background:var(--dom0)}.guests{fill:var(--guests);background:var(--guests)}
    .missing{fill:var(--missing);background:var(--missing)}.free{fill:var(--free);background:var(--free)}
    .rest{fill:var(--rest)}.mark{fill:var(--mark);background:var(--mark)}
    .bars li>.muted{font-size:.875rem}.bars li>svg:not(.bar){grid-column:1/-1;width:100%;height:auto}
    .drawing{margin:1rem 0}.drawing svg{width:100%;height:auto;background:#fff;border:1px solid var(--line);border-radius:10px}
    footer{margin-top:3rem;color:var(--muted);font-size:.875rem;border-top:1px solid var(--line);padding-top:.8rem}
    @media (max-width:46rem){
    h1{font-size:1.6rem}.bars li{grid-template-columns:1fr}.bars span:empty{display:none}
    .figures{grid-template-columns:repeat(auto-fill,minmax(6.2rem,1fr))}.nodes{grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr))}
    .below{padding-left:.7rem;padding-right:.7rem}.finding .finding{margin-left:0}
    }
    @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
    """

  private static let paper = """
    html{font-size:10.5pt}body{max-width:none;padding:0;background:none}
    nav,.skip,.more>summary::after,.finding>summary::after,.rule>summary::after{display:none}
    .finding:not([open])::details-content{content-visibility:visible;block-size:auto}
    .finding>summary,h2,h3,tr,.card,.bars li,.node,.figure{break-inside:avoid}h2,h3,.finding>summary{break-after:avoid}
    .wide{overflow:visible}.cells{min-width:0}thead{display:table-header-group;break-after:avoid}caption{break-after:avoid}
    *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
    .icon{stroke:#fff}a{color:inherit}
    """
}
