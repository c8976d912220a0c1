// How the simulator's processes keep their memory.
#pragma once

namespace parley::sim {

// Worlds read whole segments and drop them again all the time: giving such memory back to the kernel, and taking it anew, would
// be a tenth of a run's time. A hint: without it everything runs, more slowly.
void keep_memory();

}  // namespace parley::sim
