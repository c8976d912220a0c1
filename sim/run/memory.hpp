// How the simulator's processes get their memory. A world lives for tens of milliseconds and touches twenty megabytes: in
// pages of four kilobytes a tenth of its time was spent in page faults.
#pragma once

namespace parley::sim {

// To be called before anything else asks for much. What it does is a hint: without it everything runs, more slowly.
void keep_memory();

}  // namespace parley::sim
