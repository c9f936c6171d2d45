"""How hard Hypothesis looks: a busy machine is no fault, a reader kept busy for seconds is one."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "protocol", deadline=2000, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("protocol")
