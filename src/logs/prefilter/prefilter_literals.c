#include "logs/prefilter/prefilter_literals.h"

#include <stdlib.h>

void ms_prefilter_literals_fini(ms_prefilter_literals *literals)
{
    ms_str_list_fini(&literals->list);
    free(literals->at);
    free(literals->uses);
    *literals = (ms_prefilter_literals){0};
}
