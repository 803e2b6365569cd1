/* Pace: see pace.h. */
#include "logs/input/pace.h"

#define SLOWLY 1.1 /* times as long as before, at most, is believed at once */

static bool view_is_quicker(const ms_pace *pace)
{
    return pace->view <= pace->read;
}

bool ms_pace_views(const ms_pace *pace)
{
    if (pace->way != MS_WAY_QUICKER) {
        return pace->way == MS_WAY_VIEW;
    }
    if (pace->view <= 0 || pace->read <= 0) {
        return pace->view <= 0;
    }
    return view_is_quicker(pace) == (pace->nbytes < pace->every);
}

bool ms_pace_prefers_views(const ms_pace *pace)
{
    return pace->way == MS_WAY_VIEW || (pace->view > 0 && view_is_quicker(pace));
}

/* What disturbs a measurement makes it longer: a longer time is believed little by little. */
static double cost(double before, double now)
{
    return before > 0 && now > SLOWLY * before ? SLOWLY * before : now;
}

void ms_pace_took(ms_pace *pace, ms_way way, size_t n, double seconds)
{
    bool quicker = view_is_quicker(pace) == (way == MS_WAY_VIEW);
    double *known = way == MS_WAY_VIEW ? &pace->view : &pace->read;
    *known = cost(*known, seconds / (double)n);
    pace->nbytes = quicker ? pace->nbytes + n : 0;
}
