"""Maps: one definition of layers, Folium that carries only addresses, feeds, a picture and a table of the same."""
