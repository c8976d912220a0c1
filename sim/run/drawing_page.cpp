#include "sim/run/drawing_page.hpp"

namespace parley::sim {

const char* const drawing_page_head = R"page(<!doctype html><html lang="en"><head><meta charset="utf-8"><title>parley-sim run</title><style>
body{margin:0;font:13px/1.4 system-ui,sans-serif;color:#1d2433;background:#fff}
header{padding:8px 12px;border-bottom:1px solid #d5dae3}
header code{display:block;white-space:pre-wrap;word-break:break-all;color:#5a6478;font-size:11px;max-height:4.2em;overflow:auto}
#verdict{font-weight:600;margin:2px 0}
.bad{color:#b3261e}.good{color:#17693a}
#bar{padding:6px 12px;display:flex;gap:10px;align-items:center;flex-wrap:wrap;border-bottom:1px solid #d5dae3}
#search{width:22em;padding:3px 6px}
#chart{display:block;cursor:grab}
#list{height:38vh;overflow:auto;border-top:1px solid #d5dae3;font:12px/1.5 ui-monospace,monospace;padding:4px 12px}
#list div{white-space:pre;cursor:pointer}#list div:hover{background:#eef2f9}
.fault{color:#b3261e}
</style></head><body><header><div id="verdict"></div><code id="command"></code></header>
<div id="bar"><input id="search" placeholder="search: slot 12, Promise, ballot 3., kill ..."><span id="count"></span>
<span>wheel: zoom, drag: move, click: show in the list</span><span id="where"></span></div>
<canvas id="chart"></canvas><div id="list"></div><script>const data=)page";

const char* const drawing_page_tail = R"page(;
const colours={PrePrepare:'#9aa3b5',Prepare:'#7a3fc4',Promise:'#b07be8',Accept:'#1f6feb',Accepted:'#54a1ff',CatchUpData:'#c77700',start:'#17693a'};
const canvas=document.getElementById('chart'),pen=canvas.getContext('2d'),search=document.getElementById('search');
const left=90,top_=34,row=Math.max(26,Math.min(56,340/data.lanes.length));
let from=0,to=data.end||1,hits=null;
document.getElementById('command').textContent=data.command;
const verdict=document.getElementById('verdict');
verdict.textContent=data.verdict?data.verdict[1]:'clean';verdict.className=data.verdict?'bad':'good';
if(data.verdict){from=Math.max(0,data.verdict[0]-400000);to=data.verdict[0]+100000}
// The role of each replica over time: it proposes, so it leads; it prepares, so it is a candidate.
const roles=[];
for(const m of data.marks){if(m[2]==='Prepare'||m[2]==='Accept')roles.push([m[0],m[1],m[2]==='Accept'?'leader':'candidate',(m[3].match(/ballot ([^ ,]+)/)||[])[1]])}
// The highest slot that was proposed so far, over time.
const slots=[];let highest=0;
for(const m of data.marks){const slot=m[2]==='Accept'&&+(m[3].match(/slot (\d+)/)||[])[1];if(slot>highest){highest=slot;slots.push([m[0],slot])}}
const strip=46;
const all=data.marks.map(m=>({t:m[0],lane:m[1],kind:m[2],text:m[3],fault:false})).concat(
 data.faults.map(f=>({t:f[0],lane:f[1],kind:f[2],text:f[3],fault:true}))).sort((a,b)=>a.t-b.t);
const x=t=>left+(t-from)/(to-from)*(canvas.clientWidth-left-10),y=lane=>top_+row*(lane+0.5);
function draw(){
 const ratio=devicePixelRatio||1,width=document.body.clientWidth,height=top_+row*data.lanes.length+strip+10;
 canvas.style.width=width+'px';canvas.style.height=height+'px';canvas.width=width*ratio;canvas.height=height*ratio;
 pen.setTransform(ratio,0,0,ratio,0,0);pen.clearRect(0,0,width,height);pen.font='12px system-ui,sans-serif';
 const step=10**Math.floor(Math.log10((to-from)/4));
 pen.fillStyle='#5a6478';pen.strokeStyle='#eceff5';
 for(let t=Math.ceil(from/step)*step;t<to;t+=step){pen.beginPath();pen.moveTo(x(t),16);pen.lineTo(x(t),height);pen.stroke();
  if(x(t)<width-60)pen.fillText((t/1000).toFixed(step<1000?3:0)+' ms',x(t)+2,12)}
 data.lanes.forEach((name,lane)=>{pen.strokeStyle='#c5ccd9';pen.beginPath();pen.moveTo(left,y(lane));pen.lineTo(width,y(lane));pen.stroke();
  pen.fillStyle='#1d2433';pen.fillText(name,8,y(lane)+4)});
 const base=height-8,shown_slots=slots.filter(s=>s[0]<=to),at_start=(slots.filter(s=>s[0]<from).pop()||[0,0])[1],at_end=(shown_slots[shown_slots.length-1]||[0,1])[1];
 const level=s=>base-(s-at_start)/Math.max(1,at_end-at_start)*(strip-14);
 pen.strokeStyle='#17693a';pen.beginPath();pen.moveTo(left,base);let before_=at_start;
 for(const [t,s] of shown_slots)if(t>=from){pen.lineTo(x(t),level(before_));pen.lineTo(x(t),level(s));before_=s}
 pen.lineTo(width,level(before_));pen.stroke();pen.fillStyle='#17693a';pen.fillText('slot '+at_end,width-70,level(before_)-3);
 const last={};
 for(const [t,lane,role,ballot] of roles){const before=last[lane];
  if(before&&t-before[0]<400000&&before[1]===role&&before[2]===ballot){pen.fillStyle=role==='leader'?'rgba(31,111,235,.14)':'rgba(122,63,196,.14)';
   const a=Math.max(left,x(before[0])),b=Math.min(width,x(t));if(b>a)pen.fillRect(a,y(lane)-row*.36,b-a+1,row*.72)}
  else if(x(t)>left&&x(t)<width){pen.fillStyle='#5a6478';pen.fillText((ballot||'').slice(0,7),x(t)+2,y(lane)-row*.36+9)}
  last[lane]=[t,role,ballot]}
 const replicas=data.lanes.filter(n=>n.startsWith('replica')).length;
 for(const e of all){if(e.t<from||e.t>to)continue;
  const shown=!hits||hits.has(e);pen.globalAlpha=shown?1:.08;
  if(e.fault){pen.fillStyle='#b3261e';const lane=e.lane>=0&&e.lane<data.lanes.length?e.lane:-1;
   if(lane<0){pen.fillRect(x(e.t),18,1.5,6)}else{pen.beginPath();pen.moveTo(x(e.t),y(lane)-7);pen.lineTo(x(e.t)-5,y(lane)-16);pen.lineTo(x(e.t)+5,y(lane)-16);pen.fill();
    if(to-from<2e6)pen.fillText(e.kind,x(e.t)+6,y(lane)-9)}}
  else{pen.fillStyle=pen.strokeStyle=colours[e.kind]||'#5a6478';
   const slant=Math.min(10,(canvas.clientWidth-left)*300/(to-from));
   if(e.kind!=='start'&&to-from<400000)for(let lane=0;lane<replicas;lane++){if(lane===e.lane)continue;
    const end=y(lane)+(lane<e.lane?5:-5);
    pen.globalAlpha=shown?.35:.04;pen.beginPath();pen.moveTo(x(e.t),y(e.lane));pen.lineTo(x(e.t)+slant,end);pen.stroke();
    pen.beginPath();pen.moveTo(x(e.t)+slant,end);pen.lineTo(x(e.t)+slant-4,end+(lane<e.lane?5:-5));pen.lineTo(x(e.t)+slant+2,end+(lane<e.lane?6:-6));pen.fill()}
   pen.globalAlpha=shown?1:.08;pen.beginPath();pen.arc(x(e.t),y(e.lane),e.kind==='start'?5:2.6,0,7);pen.fill()}}
 pen.globalAlpha=1;
 if(data.verdict){pen.strokeStyle='#b3261e';pen.setLineDash([4,3]);pen.beginPath();pen.moveTo(x(data.verdict[0]),14);pen.lineTo(x(data.verdict[0]),height);pen.stroke();pen.setLineDash([])}
 pen.fillStyle='#fff';pen.fillRect(0,0,left-4,height);data.lanes.forEach((name,lane)=>{pen.fillStyle='#1d2433';pen.fillText(name,8,y(lane)+4)});
 pen.fillStyle='#17693a';pen.fillText('slots',8,height-20);
}
function list(){const box=document.getElementById('list');box.textContent='';let shown=0;
 for(const e of all){if(hits?!hits.has(e):(e.t<from||e.t>to))continue;if(++shown>1500)break;
  const line=document.createElement('div');line.className=e.fault?'fault':'';
  line.textContent=(e.t/1000).toFixed(3).padStart(12)+' ms  '+(data.lanes[e.lane]||'all').padEnd(10)+'  '+e.kind+'  '+e.text;
  line.onclick=()=>{const half=(to-from)/2;from=e.t-half;to=e.t+half;draw()};box.append(line)}
 document.getElementById('count').textContent=hits?hits.size+' found':(data.skipped?'the first '+data.skipped+' messages are left out':'')}
search.oninput=()=>{const words=search.value.toLowerCase().split(' ').filter(w=>w);
 hits=words.length?new Set(all.filter(e=>{const text=(e.kind+' '+e.text+' '+(data.lanes[e.lane]||'')).toLowerCase();return words.every(w=>text.includes(w))})):null;draw();list()};
canvas.onwheel=event=>{event.preventDefault();const at=from+(event.offsetX-left)/(canvas.clientWidth-left-10)*(to-from),factor=event.deltaY<0?.8:1.25;
 from=at-(at-from)*factor;to=at+(to-at)*factor;draw();list()};
let held=null;canvas.onpointerdown=event=>{held=[event.offsetX,from,to]};onpointerup=()=>{if(held)list();held=null};
canvas.onpointermove=event=>{if(!held)return;const move=(event.offsetX-held[0])/(canvas.clientWidth-left-10)*(held[2]-held[1]);from=held[1]-move;to=held[2]-move;draw()};
onresize=draw;draw();list();
</script></body></html>
)page";

}  // namespace parley::sim
