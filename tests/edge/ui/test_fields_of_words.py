"""Every field of the site's pages is known to whoever types an invented name into all of them."""

from factories.desk_canary import OF_STAFF, OF_THINGS, REFUSED, SEALED, fields_of_words


def test_a_new_field_is_typed_into_or_says_what_stands_in_it() -> None:
    assert fields_of_words() == SEALED | REFUSED | OF_THINGS | OF_STAFF
