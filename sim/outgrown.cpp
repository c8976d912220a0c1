#include "sim/outgrown.hpp"

namespace parley::sim {

bool update_if_outgrown(const LevelOracle& levels, Machine& machine, consensus::NodeId node, std::uint32_t version, consensus::FeatureLevel newest) {
    if (!levels.may_refuse(node, consensus::FeatureLevel{version})) return false;
    machine.install_version(newest.value);
    return true;
}

}  // namespace parley::sim
