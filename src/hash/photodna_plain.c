/* photodna_lanes for any processor. */
#include "hash/photodna_ops.h"

#include "hash/photodna_lanes.h"

const struct photodna_ops photodna_ops_plain = {scan};
