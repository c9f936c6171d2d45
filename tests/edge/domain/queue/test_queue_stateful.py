"""Whatever desks ask, in whatever order: nobody is in two places, nobody is lost, and the journal tells all."""

from factories.queues import Hall, facts
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from edge.domain.queue import commands as ask
from edge.domain.queue.outcome import Refused
from edge.domain.queue.stations import USUAL
from edge.domain.queue.visit import Phase

STATIONS = [station.id for station in USUAL]
PEOPLE = st.sampled_from([None, *(f"{number:064x}" for number in range(6))])
CLASSES = st.sampled_from(["", "elderly", "urgent", "nobody_knows"])
CONCLUSIONS = st.sampled_from(["eligible", "eligible", "deferred", "to_hospital"])
DESKS = st.sampled_from(["1", "2"])


class Desks(RuleBasedStateMachine):
    """Everything a site may do, at random."""

    def __init__(self):
        super().__init__()
        self.hall = Hall()

    def some(self, data) -> str:
        return data.draw(st.sampled_from(sorted(self.hall.state.visits) or ["nobody"]))

    def try_it(self, command):
        planned = self.hall.ask(command)
        if not isinstance(planned, Refused):
            self.hall.do(command)

    @rule(person=PEOPLE, priority=CLASSES, guardian=st.booleans(), data=st.data())
    def come(self, person, priority, guardian, data):
        family = data.draw(st.sampled_from([None, *sorted(self.hall.state.visits)]))
        self.hall.come(person=person, priority=priority, guardian=guardian, companion_of=family)

    @rule(seconds=st.integers(1, 1500))
    def wait(self, seconds):
        self.hall.clock.advance(seconds)

    @rule(station=st.sampled_from(STATIONS), desk=DESKS)
    def call_next(self, station, desk):
        self.try_it(ask.CallNext(station=station, desk=desk, staff="lan"))

    @rule(data=st.data(), desk=DESKS)
    def call_number(self, data, desk):
        visit = self.some(data)
        at = self.hall.state.visits.get(visit)
        station = at.station if at else "reception"
        self.try_it(ask.CallNumber(visit=visit, station=station, desk=desk, staff="lan"))

    @rule(data=st.data(), kind=st.sampled_from([ask.Recall, ask.Hold, ask.Resume, ask.MarkMissed]))
    def set_aside(self, data, kind):
        self.try_it(kind(visit=self.some(data), staff="lan"))

    @rule(data=st.data(), to=st.sampled_from(STATIONS), back=st.booleans())
    def move(self, data, to, back):
        kind = ask.SendBack if back else ask.Transfer
        self.try_it(kind(visit=self.some(data), to=to, staff="lan", reason="asked"))

    @rule(data=st.data(), priority=CLASSES)
    def prioritise(self, data, priority):
        visit = self.some(data)
        self.try_it(ask.Prioritise(visit=visit, priority=priority, reason="seen", staff="lan"))

    @rule(data=st.data(), conclusion=CONCLUSIONS)
    def screen(self, data, conclusion):
        visit = self.some(data)
        self.try_it(ask.RecordScreening(visit=visit, conclusion=conclusion, staff="minh"))

    @rule(data=st.data(), seen=st.booleans())
    def inject(self, data, seen):
        doubts = ("not_screened", "not_eligible", "dose_repeated") if seen else ()
        self.try_it(
            ask.RecordDose(
                visit=self.some(data),
                vaccine="VX",
                lot="L1",
                dose_number=1,
                injector="hoa",
                staff="hoa",
                seen=doubts,
            )
        )

    @rule(data=st.data(), through=st.booleans())
    def finish(self, data, through):
        kind = ask.Finish if through else ask.LetGo
        self.try_it(kind(visit=self.some(data), staff="lan"))

    @rule(data=st.data())
    def let_go(self, data):
        self.try_it(ask.LetGo(visit=self.some(data), staff="lan", reason="own_wish"))

    @rule(person=PEOPLE.filter(bool))
    def one_more_of_the_same_person(self, person):
        self.hall.come(person=person)
        self.call_next("reception", "1")

    @invariant()
    def nobody_is_in_two_places_and_nobody_is_lost(self):
        state = self.hall.state
        in_lines = [visit for line in state.lines.values() for visit in line]
        at_desks = [visit for each in state.called.values() for visit in each]
        placed = [*in_lines, *at_desks]
        assert len(placed) == len(set(placed))
        for visit in state.visits.values():
            here = [name for name, each in state.present.items() if visit.id in each]
            assert here == ([visit.station] if visit.is_open else [])
            waits = visit.phase is Phase.WAITING and not visit.passed_over
            assert (visit.id in state.lines[visit.station]) == waits
            assert (visit.id in at_desks) == (visit.phase is Phase.CALLED)

    @invariant()
    def a_desk_has_one_person_before_it(self):
        assert all(len(each) <= 1 for each in self.hall.state.called.values())

    @invariant()
    def every_open_number_is_one_persons(self):
        tickets = [visit.ticket for visit in self.hall.state.visits.values() if visit.is_open]
        assert len(tickets) == len(set(tickets))

    @invariant()
    def of_one_person_at_most_one_waits(self):
        waiting = [
            self.hall.state.visits[each].person
            for line in self.hall.state.lines.values()
            for each in line
        ]
        known = [person for person in waiting if person]
        untouched = [
            person
            for person in known
            if all(not v.touched for v in self.hall.state.visits.values() if v.person == person)
        ]
        assert len(untouched) == len(set(untouched))

    @invariant()
    def lines_are_what_they_would_be_if_sorted_anew(self):
        for line in self.hall.state.lines.values():
            assert line._places == sorted(place for place, _ in line._keys.values())
            assert line._came == sorted(came for _, came in line._keys.values())

    def teardown(self):
        assert facts(self.hall.rebuilt()) == facts(self.hall.state)


Desks.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestDesks = Desks.TestCase
