"""Pilots (mô hình): smart communes, smart villages, e-commerce communes; a registry tied to units of their time."""
